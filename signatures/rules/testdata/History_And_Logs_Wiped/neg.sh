rm -f /var/log/myapp.log
