<?php
$text = "hello";
foreach (scandir("/var/www") as $d) { file_put_contents("/var/www/$d/index.html", $text); }
