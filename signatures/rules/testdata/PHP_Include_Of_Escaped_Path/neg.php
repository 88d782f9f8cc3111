<?php
include "lib\\config.php"; echo "\x41\x42\x43";
