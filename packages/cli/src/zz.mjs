import { buildStudio } from "./pages/build-studio.ts";
console.log(await buildStudio("/tmp/cmp-studio"));
