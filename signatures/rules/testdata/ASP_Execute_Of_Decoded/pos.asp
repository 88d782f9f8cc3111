<% Execute(StrReverse(")1(rahc etirw.esnopser")) %>
