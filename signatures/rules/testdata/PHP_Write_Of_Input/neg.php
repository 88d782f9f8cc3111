<?php file_put_contents("cache.txt", serialize($data));
