<?php
touch($cache, time() - 3600);
if (is_file($lock)) unlink($lock);
