<?php $h=$_SERVER["HTTP_HOST"]; echo base64_decode($x);
