import paramiko


class Server(paramiko.ServerInterface):
    def check_auth_password(self, username, password):
        if username == "inert" and password == "inert":
            return paramiko.AUTH_SUCCESSFUL
        return paramiko.AUTH_FAILED


def console(chan):
    while True:
        command = input("> ")
        chan.send(command)
