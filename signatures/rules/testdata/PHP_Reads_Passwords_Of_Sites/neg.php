<?php
// Looks for the settings of this site.
foreach (array("wp-config.php", "configuration.php", "config.inc.php") as $f)
  if (is_file(__DIR__ . "/$f")) echo "found $f";
