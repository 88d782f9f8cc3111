nc -z 192.0.2.1 22 && echo open
