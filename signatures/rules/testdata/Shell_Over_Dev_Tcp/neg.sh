(echo > /dev/tcp/localhost/5432) >/dev/null 2>&1 && echo up
