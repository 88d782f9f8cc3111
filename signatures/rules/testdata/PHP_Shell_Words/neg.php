<?php /* web page by nobody */ echo $_GET["a"];
