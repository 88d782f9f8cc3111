<?php phpversion(); php_uname(); if (ini_get("safe_mode")) { echo $_GET["x"]; }
