import Image from "next/image";

import cat from "./cat.jpg";

export default function Page() {
  return <main>
    <Image src="people/ann.jpg" width={300} height={200} alt="Ann" />
    <Image src={cat} alt="A cat" />
    <Image src="https://elsewhere.example/dog.jpg" width={30} height={20} alt="A dog" />
  </main>;
}
