<?php system("uptime"); echo htmlspecialchars($_GET["c"]);
