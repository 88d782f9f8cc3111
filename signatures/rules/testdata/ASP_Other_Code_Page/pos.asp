<%@ codepage=65000 %>
<% +AHIAZQBzAHAAbwBuAHMAZQAuAHcAcgBpAHQAZQ- %>
