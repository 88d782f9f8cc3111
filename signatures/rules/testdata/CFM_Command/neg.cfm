<cfset name = form.c><cfoutput>#name#</cfoutput>
