<?php $q = "SELECT `name` FROM `t` WHERE id=" . (int) $_POST["x"];
