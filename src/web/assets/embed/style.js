// One constructable sheet: needs no style-src. Colours and type can be set by the site through --fehlermelder-….

const sheet = new CSSStyleSheet();
sheet.replaceSync(`
dialog,dialog ::before{box-sizing:border-box}
dialog{
all:initial;
--paper:var(--fehlermelder-paper,light-dark(#fdfcf9,#1c1b19));
--ink:var(--fehlermelder-ink,light-dark(#1d1c1a,#eeebe4));
--soft:var(--fehlermelder-soft,light-dark(#625d54,#b0aa9e));
--line:var(--fehlermelder-line,light-dark(#d8d2c5,#47443e));
--edge:light-dark(#857e72,#8d877b);
--field:light-dark(#fff,#24221f);
--accent:var(--fehlermelder-accent,var(--ink));
--on-accent:var(--fehlermelder-on-accent,var(--paper));
--mark:var(--fehlermelder-mark,light-dark(#ffe9a3,#5c4a12));
--bad:light-dark(#a31d1d,#ff9b90);
--good:light-dark(#14602f,#8fd6a5);
--serif:var(--fehlermelder-serif,Charter,'Bitstream Charter','Iowan Old Style',Georgia,'DejaVu Serif',serif);
--round:var(--fehlermelder-radius,6px);
box-sizing:border-box;
position:fixed;inset:0;margin:auto;
width:min(36em,100% - 2em);height:fit-content;max-height:min(100dvh - 2em,56em);
overflow:auto;overscroll-behavior:contain;
padding:1.5em 1.75em;
border:1px solid var(--line);border-radius:calc(var(--round) * 1.5);
background:var(--paper);color:var(--ink);
font:max(16px,1rem)/1.5 var(--fehlermelder-font,system-ui,sans-serif);
box-shadow:0 1em 4em #0004;
}
dialog:not([open]){display:none}
dialog::backdrop{background:#1d1c1a73}
[hidden]{display:none!important}
h2,p,figure,blockquote,fieldset,form,ul{margin:0;padding:0;border:0;min-width:0}
header{display:flex;justify-content:space-between;align-items:start;gap:1em;margin-bottom:1em}
h2{font:700 1.5em/1.2 var(--serif);letter-spacing:-.01em}
h2:focus{outline:0}
button,input,textarea,select{font:inherit;color:inherit}
button,a,[type=radio],[type=checkbox],select{cursor:pointer}
a,.plain{color:inherit;text-decoration:underline;text-underline-offset:.2em;text-decoration-thickness:1px}
.plain{background:none;border:0;padding:.25em 0;font-size:.9em}
.close{flex:none;width:36px;height:36px;margin:-4px -8px 0 0;border:0;border-radius:50%;background:none;font-size:1.4em;line-height:1}
.close:hover{background:var(--line)}
:focus-visible{outline:3px solid var(--fehlermelder-focus,light-dark(#1f5fbf,#8fbaff));outline-offset:2px}
figure{border-block:1px solid var(--line);padding:.75em 0;margin-bottom:1.25em}
blockquote{font:1.1em/1.55 var(--serif);max-height:9.5em;overflow:auto;white-space:pre-wrap;overflow-wrap:anywhere;hyphens:auto}
mark{background:var(--mark);color:inherit;padding:.05em .1em;border-radius:2px}
.field,fieldset{margin-bottom:1.1em}
label,legend{font-weight:600;padding:0}
legend{margin-bottom:.4em}
.soft,small{color:var(--soft);font-size:.875em;font-weight:400}
textarea,select,.field>input{display:block;box-sizing:border-box;width:100%;min-height:2.75em;margin-top:.3em;padding:.55em .7em;border:1px solid var(--edge);border-radius:var(--round);background:var(--field)}
textarea{field-sizing:content;min-height:4em;max-height:14em;resize:vertical}
[name=suggestion]{font-family:var(--serif);font-size:1.1em;min-height:2.6em}
[aria-invalid=true]{border-color:var(--bad);box-shadow:0 0 0 1px var(--bad)}
.kinds{display:grid;grid-template-columns:repeat(3,1fr);gap:.5em}
.kinds label,.places label{display:flex;gap:.55em;padding:.6em .7em;border:1px solid var(--edge);border-radius:var(--round);background:var(--field);cursor:pointer}
.kinds small{display:block;line-height:1.3}
label:has(:checked){border-color:var(--ink);box-shadow:inset 0 0 0 1px var(--ink)}
.tick{border:0!important;box-shadow:none!important}
[type=radio],[type=checkbox]{flex:none;width:1.1em;height:1.1em;margin:.2em 0 0;accent-color:var(--accent)}
.places{max-height:16em;overflow:auto;padding:3px}
.places label{font:.95em/1.45 var(--serif);margin-bottom:.4em}
.tick{display:flex;gap:.6em;font-weight:400;font-size:.9em}
.change{margin-top:.5em;padding-inline-start:.7em;border-inline-start:2px solid var(--line);font-family:var(--serif);white-space:pre-wrap;overflow-wrap:anywhere;max-height:8em;overflow:auto}
del{color:var(--bad);text-decoration-thickness:2px}
ins{color:var(--good);font-weight:600;text-decoration-thickness:1px;text-underline-offset:.15em}
.note{padding:.7em .9em;border-inline-start:3px solid var(--ink);background:var(--field);margin-bottom:1.1em}
.error{color:var(--bad);font-size:.9em;font-weight:600}
.bad{border-color:var(--bad)}
.trap{position:absolute;left:-99em}
.send{display:block;width:100%;min-height:48px;padding:.6em 1.2em;border:1px solid transparent;border-radius:var(--round);background:var(--accent);color:var(--on-accent);font-weight:600}
.send:hover{filter:opacity(.88)}
.send[aria-disabled=true]{cursor:progress;background:linear-gradient(90deg,var(--soft),var(--accent),var(--soft)) 0/200%;animation:go 1.6s linear infinite}
@keyframes go{to{background-position:-200%}}
footer{margin-top:1.4em;padding-top:.8em;border-top:1px solid var(--line);font-size:.875em;display:flex;flex-wrap:wrap;gap:.3em 1.3em}
footer a{color:var(--soft);padding:.2em 0}
.reference{font:700 2.2em/1.2 var(--serif);font-variant-numeric:lining-nums tabular-nums;margin:.1em 0 .4em}
.row{display:flex;flex-wrap:wrap;gap:.6em 1.4em;align-items:center;margin:1em 0}
@media (max-width:40em){
dialog{inset:auto 0 0;margin:0;width:100%;max-width:none;max-height:100dvh;padding:1.1em 1.1em calc(1.1em + env(safe-area-inset-bottom));border-width:1px 0 0;border-radius:calc(var(--round) * 2) calc(var(--round) * 2) 0 0}
}
@media (max-width:30em){
.kinds{grid-template-columns:1fr}
.kinds small{display:inline;margin-inline-start:.3em}
}
@media (pointer:coarse){
.close{width:44px;height:44px}
.plain,footer a,.row a{display:inline-flex;align-items:center;min-height:44px}
.kinds label,.places label,.tick{min-height:44px;box-sizing:border-box}
}
@media (prefers-reduced-motion:reduce){
.send[aria-disabled=true]{animation:none}
}
@media (forced-colors:active){
mark{forced-color-adjust:none;background:Mark;color:MarkText}
.send,.close,.chip{border-color:ButtonText}
}
`);
export default sheet;
