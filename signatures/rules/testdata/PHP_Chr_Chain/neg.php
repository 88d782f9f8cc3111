<?php $crlf = chr(13).chr(10);
