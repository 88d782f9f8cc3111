<cffile action="write" file="#form.path#" output="#form.t#">
