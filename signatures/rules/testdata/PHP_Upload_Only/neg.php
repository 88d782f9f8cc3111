<?php require "auth.php"; move_uploaded_file($_FILES["f"]["tmp_name"], $dir . md5($x)); ?><form method=post enctype="multipart/form-data"></form>
