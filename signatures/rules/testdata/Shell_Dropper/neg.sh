wget https://example.org/app.tar.gz
tar xf app.tar.gz
