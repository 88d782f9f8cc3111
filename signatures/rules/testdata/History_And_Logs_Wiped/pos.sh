unset HISTFILE
rm -f /var/log/wtmp
rm -f /var/log/auth.log
