<?php $s=fsockopen("192.0.2.1",80); fwrite($s, "GET / HTTP/1.0\r\n\r\n");
