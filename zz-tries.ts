import { choiceForPart } from "/tmp/wt-lab/packages/studio/src/lab/try-part.ts";
import { documentsOf } from "/tmp/wt-lab/packages/studio/src/lab/choice.ts";
import { definitions, parseScenario } from "@potluck/scenario";
import { simulate } from "@potluck/simulator";
let ok=0;
for (const {room,name} of definitions()) { const c=choiceForPart(room,name); if(!c) continue;
 const docs: any[] = documentsOf(c) as any; const d=docs[ ["data","partition","fleet","model","loss"].includes(room)?0:1];
 const plan={...d.plan}; if(plan.jobs) plan.jobs=4; else plan.versions=2;
 try { const r=await simulate({scenario:parseScenario({...d,plan},"x"),seed:1,workers:1,wallClock:()=>performance.now()/1000}); ok++; if(r.status!=="finished"||r.wall.wallSeconds>8) console.log(room,name,r.status,r.ended,r.wall.wallSeconds.toFixed(1)); } catch(e: any){ console.log("FAIL",room,name,e.message); } }
console.log("ok",ok);
