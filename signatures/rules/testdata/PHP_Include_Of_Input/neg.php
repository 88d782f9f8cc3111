<?php include("page.php");
