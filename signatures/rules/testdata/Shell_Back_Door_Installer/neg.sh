# update
cp app.conf /etc/app.conf
