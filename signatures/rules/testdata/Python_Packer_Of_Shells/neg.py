page = "<?php echo 1;"
print(page)
