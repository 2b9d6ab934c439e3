// One constructable sheet: needs no style-src. Colours and type can be set by the site through --fehlermelder-….

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
dialog{
all:initial;
--paper:var(--fehlermelder-paper,light-dark(#fdfcf9,#1c1b19));
--ink:var(--fehlermelder-ink,light-dark(#1d1c1a,#eeebe4));
--soft:light-dark(#625d54,#b0aa9e);
--line:light-dark(#d8d2c5,#47443e);
--field:light-dark(#fff,#24221f);
--bad:light-dark(#a31d1d,#ff9b90);
--accent:var(--fehlermelder-accent,var(--ink));
--serif:var(--fehlermelder-serif,Charter,Georgia,serif);
--round:var(--fehlermelder-radius,6px);
box-sizing:border-box;
position:fixed;inset:3dvh 0 auto;margin:auto;
width:min(36em,100%);height:fit-content;max-height:94dvh;
overflow:auto;overscroll-behavior:contain;
padding:1.5em 1.75em;
border:1px solid var(--line);border-radius:var(--round);
background:var(--paper);color:var(--ink);
font:max(16px,1rem)/1.5 var(--fehlermelder-font,system-ui,sans-serif);
}
dialog:not([open]),[hidden],.error:empty,.change:empty{display:none}
dialog::backdrop{background:#0008}
h2,p,figure,blockquote,fieldset{margin:0;padding:0;border:0}
header{display:flex;justify-content:space-between;margin-bottom:1em}
h2{font:700 1.5em/1.3 var(--serif);outline:0}
button,input,textarea,select{font:inherit;color:inherit;accent-color:var(--accent)}
a,.plain{color:inherit;text-decoration:underline;text-underline-offset:.2em;cursor:pointer}
.plain,.close{background:none;border:0;padding:0}
.close{width:44px;height:44px;margin:-6px -14px 0 0;font-size:1.4em;cursor:pointer}
figure{border:solid var(--line);border-width:1px 0;padding:.75em 0}
blockquote{font:1.1em/1.55 var(--serif);max-height:9.5em;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere}
mark{background:var(--fehlermelder-mark,light-dark(#ffe9a3,#5c4a12));color:inherit;border-radius:2px}
.field,fieldset,figure,.note{margin-bottom:1.1em}
label,legend{display:block;font-weight:600;padding:0 0 .3em}
small,footer a{color:var(--soft);font-size:.875em;font-weight:400}
textarea,select,.field>input{display:block;box-sizing:border-box;width:100%;min-height:44px;padding:.55em .7em;border:1px solid var(--soft);border-radius:var(--round);background:var(--field)}
textarea{field-sizing:content;max-height:14em;resize:vertical}
[name=suggestion],.change{font:1.1em/1.5 var(--serif)}
[aria-invalid=true]{border:2px solid var(--bad)!important}
.kinds{display:grid;grid-auto-columns:1fr;grid-auto-flow:column;gap:.5em}
.card{display:flex;gap:.5em;padding:.6em .7em;border:1px solid var(--soft);border-radius:var(--round);background:var(--field);cursor:pointer}
.card:has(:checked){outline:2px solid;outline-offset:-2px}
.card input{flex:none;width:1.2em;height:1.2em;margin:.15em 0}
.card small{display:block}
.places{max-height:18em;overflow:auto}
.places .card{margin:.4em}
.change{margin-top:.5em;white-space:pre-wrap;overflow-wrap:anywhere}
del,.error{color:var(--bad)}
.error,.field>div{margin-top:.5em}
.field .card{font-weight:400}
del+ins{margin-left:.25em}
ins{color:light-dark(#14602f,#8fd6a5);font-weight:600}
.note{margin-top:1em;padding:.7em .9em;border-left:3px solid;background:var(--field)}
.trap{position:absolute;left:-99em}
.send{display:block;box-sizing:border-box;width:100%;padding:.6em;text-align:center;text-decoration:none;border:1px solid transparent;border-radius:var(--round);background:var(--accent);color:var(--fehlermelder-on-accent,var(--paper));font-weight:600;cursor:pointer}
.send[aria-disabled=true]{opacity:.75}
footer{display:flex;flex-wrap:wrap;gap:.3em 1.3em;margin-top:1.4em;padding-top:.6em;border-top:1px solid var(--line)}
footer:empty{display:none}
.reference{font:700 2.2em/1.2 var(--serif)}
.reference+p{margin:.5em 0 1em}
@media (max-width:40em){
dialog{inset:0;height:100%;max-height:none;border:0;border-radius:0;padding:1.1em}
.kinds{grid-auto-flow:row}
.kinds small{display:inline}
}
@media (pointer:coarse){
.plain,footer a{display:inline-flex;align-items:center;min-height:44px}
}
`);
export default sheet;
