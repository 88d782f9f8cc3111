<?php include($_GET["p"]);
