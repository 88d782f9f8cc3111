crontab -l | grep backup
