<jsp:include page="<%= request.getParameter("p") %>"/>
