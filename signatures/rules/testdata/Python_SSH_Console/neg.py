import paramiko


class Server(paramiko.ServerInterface):
    def check_auth_password(self, username, password):
        if (username == "robin") and (password == "example"):
            return paramiko.AUTH_SUCCESSFUL
        return paramiko.AUTH_FAILED


def session(chan):
    chan.send("\r\nWelcome.\r\nUsername: ")
    name = chan.makefile("rU").readline().strip("\r\n")
    chan.send("\r\nGood day, " + name + ".\r\n")
