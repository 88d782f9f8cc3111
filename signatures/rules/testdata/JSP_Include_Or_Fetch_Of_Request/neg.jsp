<jsp:include page="header.jsp"/>
