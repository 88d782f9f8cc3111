<?php
$rows = $db->query("select id, name into outfile '/srv/export/list.csv' from items");
echo "CREATE FUNCTION total(a INT) RETURNS INTEGER DETERMINISTIC RETURN a";
